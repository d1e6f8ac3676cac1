// Calls of the fake api that wait until a test lets them go on.

/** Lets every call of a command wait until it is released. */
export const hold = (page, command) =>
  page.evaluate((command) => {
    window.fake.hold = { [command]: new Promise((resolve) => (window.fake.release = resolve)) };
  }, command);

/** What waits goes on. */
export const release = (page) => page.evaluate(() => window.fake.release());
