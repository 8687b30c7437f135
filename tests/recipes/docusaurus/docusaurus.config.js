const baseUrl = "/docusaurus/";

export default {
  title: "Replicated logs",
  url: "https://notes.example.edu",
  baseUrl,
  scripts: [{ src: `${baseUrl}raft_kv/raft-kv.js`, type: "module" }],
  themes: ["@docusaurus/theme-classic"],
  plugins: [["@docusaurus/plugin-content-docs", { routeBasePath: "/" }]],
};
