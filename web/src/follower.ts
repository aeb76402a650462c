/** Asks for the newest state only: one question is on its way, at most one waits, older ones are forgotten. */

export interface Follower {
  /** Something changed just now. */
  follow(): void;
}

/** What was applied is drawn in the next frame; a page in the background draws none. */
function nextFrame(): Promise<void> {
  return new Promise((resolve) => {
    requestAnimationFrame(() => resolve());
    setTimeout(resolve, 250);
  });
}

export function makeFollower<T>(ask: () => Promise<T>, apply: (answer: T) => void, fail: (error: unknown) => void, measure: (ms: number) => void): Follower {
  let running = false;
  let changedAt: number | null = null;

  async function run(): Promise<void> {
    running = true;
    while (changedAt !== null) {
      const since = changedAt;
      changedAt = null;
      try {
        apply(await ask());
        await nextFrame();
        measure(performance.now() - since);
      } catch (error) {
        fail(error);
      }
    }
    running = false;
  }

  return {
    follow(): void {
      changedAt = performance.now();
      if (!running) void run();
    },
  };
}
