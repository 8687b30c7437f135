// Whether published scripts are, to TypeScript's parser, the ones they were written as: the same tree with the same tokens.
// Called with the path of TypeScript, the folder of what is published, and the names of the scripts from here and from there.
const { readFileSync } = require("node:fs");
const { join } = require("node:path");
const [, , typescript, folder, ...names] = process.argv;
const ts = require(typescript);

function tokensOf(file) {
  const tree = ts.createSourceFile(file, readFileSync(file, "utf8"), ts.ScriptTarget.ESNext, false, ts.ScriptKind.JS);
  if (tree.parseDiagnostics.length > 0) throw new Error(`${file}: ${ts.flattenDiagnosticMessageText(tree.parseDiagnostics[0].messageText, "\n")}`);
  const tokens = [];
  const look = (node) => {
    const children = node.getChildren(tree).filter((child) => !ts.isJSDoc(child));
    tokens.push(`${ts.SyntaxKind[node.kind]} ${children.length > 0 ? "" : node.getText(tree)}`);
    children.forEach(look);
  };
  look(tree);
  return tokens;
}

for (const name of names) {
  const [written, published] = [tokensOf(name), tokensOf(join(folder, name))];
  const place = written.findIndex((token, place) => token !== published[place]);
  if (place >= 0 || written.length !== published.length) {
    console.error(`${name} is published as another script: ${written[place]} became ${published[place]}`);
    process.exit(1);
  }
}
console.log(`${names.length} scripts are published with the tokens they were written with.`);
