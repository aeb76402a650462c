/** Asks for the newest state only: one question is on its way, at most one waits, older ones are forgotten. */

export interface Follower {
  /** Something changed just now. */
  follow(): void;
}

/** What was applied is drawn in the next frame and has been painted at the one after; a page in the background draws none. */
function painted(): Promise<void> {
  return new Promise((resolve) => {
    requestAnimationFrame(() => requestAnimationFrame(() => resolve()));
    setTimeout(resolve, 1000);
  });
}

function rest(): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, 30));
}

export function makeFollower<T>(ask: () => Promise<T>, apply: (answer: T) => void, fail: (error: unknown) => void, measure: (ms: number) => void): Follower {
  let running = false;
  let changedAt: number | null = null;
  let shownSince = 0;
  let frame: Promise<void> | null = null; // one at a time: what is never drawn does not count

  async function run(): Promise<void> {
    running = true;
    while (changedAt !== null) {
      const since = changedAt;
      changedAt = null;
      try {
        apply(await ask());
        shownSince = since;
        frame ??= painted().then(() => {
          frame = null;
          measure(performance.now() - shownSince);
        });
        await Promise.race([frame, rest()]); // a slow screen does not hold up the next question
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
