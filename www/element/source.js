// @ts-check
// What runs in the element: the run of a link, a configuration at an address or in the page, a scenario, or what runs when
// nothing is said, in this order.
import { ownConfiguration, scenarioNames, scenarioText, text } from "../assets.js";
import { listed, nearest } from "./names.js";
import { AGAIN, DEFAULTS, Refusal, unloaded } from "./refusal.js";

/**
 * What to run, as the page says it.
 * @typedef {{ kind: "run" | "config" | "script" | "scenario" | "defaults" | "own", value: string, ways: import("./refusal.js").Way[] }} Source
 *
 * The text of it: a saved run, or a configuration with the name that errors call it by.
 * @typedef {{ saved: string } | { file: string, toml: string }} Text
 */

/** All names under which the page says what to run: the first one that it has counts. */
export const SOURCES = /** @type {const} */ (["defaults", "run", "config", "script", "scenario"]);

/**
 * @param {import("./choices.js").Reading} read
 * @returns {Source}
 */
export function sourceOf(read) {
  const [kind, ...others] = SOURCES.filter((name) => read(name) !== null && (name === "defaults" || read(name)?.trim() !== ""));
  if (!kind) return { kind: "own", value: "", ways: [AGAIN, DEFAULTS] };
  /** What is left when this cannot be shown. @type {import("./refusal.js").Way[]} */
  const beginning = others.length > 0 ? [{ words: others[0] === "scenario" ? "Show the scenario from its beginning" : "Show the configuration from its beginning", instead: { [kind]: null } }] : [];
  return { kind, value: read(kind) ?? "", ways: [...(kind === "run" ? beginning : []), DEFAULTS] };
}

/**
 * @param {Source} source
 * @param {string} base the address of the page
 * @returns {Promise<Text>}
 * @throws {Refusal}
 */
export async function textOf({ kind, value, ways }, base) {
  switch (kind) {
    case "run":
      return { saved: await savedOf(value.trim(), ways) };
    case "config":
      return configAt(value.trim(), base, ways);
    case "script":
      return { file: "script", toml: value };
    case "scenario": {
      const name = value.trim().toLowerCase();
      return { file: `${name}.toml`, toml: (await scenarioText(name)) ?? (await refuseScenario(name, ways)) };
    }
    case "defaults":
      return { file: "config.toml", toml: "" };
    case "own": {
      const toml = await ownConfiguration();
      if (toml === null) throw new Refusal("load", "The configuration that runs here could not be loaded. Is there a connection?", ways);
      return { file: "config.toml", toml };
    }
  }
}

/**
 * @param {string} value the end of a link, or a whole one
 * @param {import("./refusal.js").Way[]} ways
 */
async function savedOf(value, ways) {
  const { unpack } = await import("../link.js").catch((error) => {
    throw unloaded(error);
  });
  const [start, ...ends] = value.split("run=");
  try {
    if (ends.length === 0 && start.includes("/")) throw new Error("it has no #run= in it");
    return await unpack(ends.pop() ?? start);
  } catch (error) {
    throw runRefused(error, ways);
  }
}

/**
 * @param {unknown} error
 * @param {import("./refusal.js").Way[]} ways
 */
export function runRefused(error, ways) {
  return new Refusal("run", `The run of this link cannot be shown: ${sentence(error)} Copy the link again from the laboratory.`, ways);
}

/**
 * @param {string} value
 * @param {string} base
 * @param {import("./refusal.js").Way[]} ways
 */
async function configAt(value, base, ways) {
  if (!URL.canParse(value, base)) throw new Refusal("config", `“${value}” is no address of a configuration.`, ways);
  const address = new URL(value, base);
  const toml = await text(address);
  if (toml !== null) return { file: address.pathname.split("/").pop() || "config.toml", toml };
  const why = address.origin === new URL(base).origin ? "Is it there?" : "Is it there, and does its host let other pages read it (Access-Control-Allow-Origin)?";
  throw new Refusal("config", `The configuration ${address.href} could not be loaded. ${why}`, [AGAIN, ...ways]);
}

/**
 * @param {string} file
 * @param {unknown} error what the core says of its text
 * @param {import("./refusal.js").Way[]} ways
 */
export function configRefused(file, error, ways) {
  if (!(error instanceof Error) || error.name !== "ConfigError") throw error;
  const { line, column, help } = /** @type {import("../../pkg/raft_kv.js").ConfigError} */ (error);
  const name = file === "script" ? "The configuration in this page" : `The configuration ${file}`;
  return new Refusal("config", `${name} has an error in line ${line}, column ${column}: ${sentence(error)}${help ? ` ${capital(sentence(help))}` : ""}`, ways);
}

/**
 * @param {string} name
 * @param {import("./refusal.js").Way[]} ways
 * @returns {Promise<never>}
 */
async function refuseScenario(name, ways) {
  /** @type {string[]} */
  const names = await scenarioNames().catch(() => []);
  if (names.length === 0 || names.includes(name)) {
    throw new Refusal("load", `The scenario ${name} could not be loaded. Is there a connection?`, [AGAIN, ...ways]);
  }
  const near = nearest(name, names);
  const way = near ? [{ words: `Show ${near}`, instead: { scenario: near } }] : [];
  throw new Refusal("scenario", `There is no scenario “${name}”.${near ? ` Nearest: ${near}.` : ""} There are ${listed(names, "and")}.`, [...way, ...ways]);
}

/** What was said, with its end. @param {unknown} error */
function sentence(error) {
  const words = error instanceof Error ? error.message : String(error);
  return /[.?!]$/.test(words) ? words : `${words}.`;
}

/** @param {string} words */
function capital(words) {
  return words.slice(0, 1).toUpperCase() + words.slice(1);
}
