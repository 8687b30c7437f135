// @ts-check
// The address of the page, and what it stands for: a run (`#run=…`), a scenario (`?scenario=…`), or the page's own
// configuration.
import { ownConfiguration, scenarioText } from "./assets.js";

const RUN = "#run=";

/**
 * What an address stands for. `base` is its text, by which it is seen after a reload whether it still stands for the same;
 * null if it cannot be loaded.
 * @typedef {{ kind: "run", base: string } | { kind: "config", file: string, base: string | null }} Destination
 */

/**
 * Whether this end of an address stands for a run.
 * @param {string} hash
 */
export function isRun(hash) {
  return hash.startsWith(RUN);
}

/** @returns {Promise<Destination>} */
export async function destination() {
  if (isRun(location.hash)) return { kind: "run", base: location.hash.slice(RUN.length) };
  const name = new URLSearchParams(location.search).get("scenario");
  if (name === null) return { kind: "config", file: "config.toml", base: await ownConfiguration() };
  return { kind: "config", file: `${name}.toml`, base: await scenarioText(name) };
}

/**
 * The address of a run.
 * @param {string} packed
 * @param {string} [page] the address of the page that shows it
 */
export function addressOfRun(packed, page = location.href) {
  const address = new URL(page);
  // The run says all that there is to say.
  address.searchParams.delete("scenario");
  address.hash = RUN.slice(1) + packed;
  return address.href;
}

/**
 * The address of a scenario.
 * @param {string} name
 */
export function addressOfScenario(name) {
  const address = new URL(location.href);
  address.hash = "";
  address.searchParams.set("scenario", name);
  return address.href;
}

/** Without the run, as it cannot be opened. */
export function addressOfPage() {
  const address = new URL(location.href);
  address.hash = "";
  return address.href;
}

/**
 * Shows this address, so that the browser's back button leads back from it.
 * @param {string} address
 */
export function show(address) {
  if (address !== location.href) history.pushState(null, "", address);
}
