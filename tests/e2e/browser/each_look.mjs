// A page on every screen: accessible, fitting, walked by Tab, and a picture of each.
import { looks, Window } from "./browser.mjs";
import { walk } from "./keyboard.mjs";

export async function eachLook(world, what, where, ready) {
  for (const look of Object.keys(looks)) {
    const window = await Window.open(world.browser, world.server, look, { storageState: world.signedIn });
    await window.go(where, ready ?? "main h1");
    await window.accessible(`${what}, ${look}`);
    await window.fits(`${what}, ${look}`);
    await window.picture(`${what}.${look}`);
    if (!look.includes("dark")) await walk(window.page, `${what}, ${look}`);
    window.flawless();
    await window.close();
  }
}
