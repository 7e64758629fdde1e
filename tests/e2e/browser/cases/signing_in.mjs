import { check, test, until } from "../harness.mjs";
import { Task } from "../keyboard.mjs";
import { Window } from "../browser.mjs";

export async function signingIn(world) {
  const { browser, server, person } = world;
  const window = await Window.open(browser, server);
  const { page } = window;

  await test("the sign-in page is accessible in every look", async () => {
    for (const look of ["wide", "dark", "small", "small_dark"]) {
      const each = await Window.open(browser, server, look);
      await each.go("/");
      await each.accessible(`sign-in, ${look}`);
      await each.fits(`sign-in, ${look}`);
      await each.picture(`sign_in.${look}`);
      each.flawless();
      await each.close();
    }
  });

  await test("a wrong password is refused in words", async () => {
    await window.go("/");
    await page.getByLabel("Name", { exact: true }).fill(person.name);
    await page.getByLabel("Password", { exact: true }).fill("not this one, surely");
    await page.keyboard.press("Enter");
    await page.getByRole("alert").filter({ hasText: "do not match" }).waitFor();
  });

  await test("a one-time password has to be replaced, by keyboard, with the rules in sight", async () => {
    await window.go("/");
    const task = new Task(page, "first_sign_in");
    await task.tabTo("Name");
    await task.type(person.name);
    await task.tabTo("Password");
    await task.type(person.oneTime);
    await task.press("Enter");
    await page.getByRole("heading", { name: "Choose your own password" }).waitFor();
    await window.picture("sign_in.change");
    await window.accessible("choosing a password");
    await task.tabTo("New password");
    await task.type("short");
    await task.press("Enter");
    await page.getByRole("alert").filter({ hasText: "At least 15 characters" }).waitFor();
    await page.getByLabel("New password", { exact: true }).fill("");
    await page.getByLabel("New password", { exact: true }).focus();
    await task.type(person.password);
    await task.tabTo("once more");
    await task.type(person.password);
    await task.press("Enter");
    await page.waitForSelector(".shell");
    task.done();
  });

  await test("before any laptop is enrolled the overview says what to do", async () => {
    await page.getByRole("heading", { name: "No laptop is enrolled yet" }).waitFor();
    await window.picture("overview.empty");
    await window.accessible("the empty overview");
  });

  await test("the session is a cookie that no script can read", async () => {
    check((await page.evaluate(() => document.cookie)) === "", "document.cookie holds something");
    const cookie = (await window.context.cookies()).find(({ name }) => name === "__Host-rollcall");
    check(cookie?.httpOnly && cookie.secure && cookie.sameSite !== "None", JSON.stringify(cookie));
    world.signedIn = await window.context.storageState();
  });

  await test("without a session a page asks to sign in and then shows what was asked for", async () => {
    const other = await Window.open(browser, server);
    await other.page.goto(`${server.origin}/tokens`);
    await other.page.getByLabel("Name", { exact: true }).fill(person.name);
    await other.page.getByLabel("Password", { exact: true }).fill(person.password);
    await other.page.keyboard.press("Enter");
    await until("the tokens", () => other.page.getByRole("heading", { name: "Enrollment tokens", level: 1 }).isVisible());
    await other.page.getByRole("button", { name: "Sign out" }).click();
    await other.page.getByRole("heading", { name: "Sign in" }).waitFor();
    other.flawless();
    await other.close();
  });
  window.flawless();
  await window.close();
}
