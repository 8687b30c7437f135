// @ts-check
// A promise that is settled from outside; nobody has to listen.

export function promised() {
  const { promise, resolve, reject } = /** @type {PromiseWithResolvers<void>} */ (Promise.withResolvers());
  promise.catch(() => {});
  const it = {
    promise,
    isSettled: false,
    resolve: () => settle(() => resolve()),
    reject: (/** @type {unknown} */ why) => settle(() => reject(why)),
  };
  /** @param {() => void} how */
  const settle = (how) => {
    it.isSettled = true;
    how();
  };
  return it;
}
