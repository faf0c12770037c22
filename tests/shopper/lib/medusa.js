import { amountOf, assert, open, shopper } from "./shopper.js";

/** From the list of products to the confirmation, in the storefront of Medusa stores. */
export async function order(steps, url) {
  const name = await steps.run("product list", async (page) => {
    await open(page, url);
    const card = page
      .locator("ul.products a")
      .filter({ hasNotText: /Sold out|Not for sale/ })
      .first();
    await card.waitFor();
    return (await card.locator("h2").innerText()).trim();
  });
  await steps.run("product", async (page) => {
    await page
      .locator("ul.products a")
      .filter({ has: page.getByRole("heading", { name, exact: true }) })
      .first()
      .click();
    await page.getByRole("heading", { level: 1, name, exact: true }).waitFor();
  });
  await steps.run("add to cart", async (page) => {
    await page.getByRole("button", { name: "Add to cart" }).click();
    await page.getByText("Added to your cart").waitFor();
  });
  await steps.run("cart", async (page) => {
    await page.getByRole("link", { name: "Go to the cart" }).click();
    await page.getByRole("heading", { level: 1, name: "Cart" }).waitFor();
    await page.locator("li.line").filter({ hasText: name }).waitFor();
  });
  await steps.run("checkout", async (page) => {
    await page.getByRole("link", { name: "Go to checkout" }).click();
    await fillCheckout(page);
  });
  return steps.run("place order", async (page) => {
    const expected = (await page.locator("[data-total]").innerText()).trim();
    // An impatient shopper clicks twice; one order must come of it.
    await page.getByRole("button", { name: "Place order" }).dblclick();
    return confirmation(page, expected);
  });
}

/** Fills in the form and waits until the total stands with the shipping in it. */
export async function fillCheckout(page) {
  const country = page.getByLabel("Country");
  await country.waitFor();
  const offered = await country
    .locator("option")
    .evaluateAll((options) => options.map((option) => option.value));
  await country.selectOption(offered.includes("us") ? "us" : offered[0]);
  await page.getByLabel("E-mail").fill(shopper.email);
  await page.getByLabel("First name").fill(shopper.firstName);
  await page.getByLabel("Last name").fill(shopper.lastName);
  await page.getByLabel("Street and house number").fill(shopper.street);
  await page.getByLabel("Postal code").fill(shopper.postalCode);
  await page.getByLabel("City").fill(shopper.city);
  await page.getByLabel("Phone").fill(shopper.phone);
  await page.getByLabel("Phone").blur();
  await page.locator('input[name="shipping-option"]:checked').waitFor();
  await page.getByText("Total", { exact: true }).waitFor();
  // The last field may have asked for the ways of shipping once more.
  await page.waitForLoadState("networkidle");
  await page.locator('input[name="shipping-option"]:checked').waitFor();
}

export async function confirmation(page, expectedTotal) {
  await page.waitForURL(/\/order\//);
  const number = page.locator("[data-order-number]");
  await number.waitFor();
  const total = (await page.locator("[data-total]").innerText()).trim();
  assert(total === expectedTotal, `The checkout said ${expectedTotal}, the confirmation says ${total}.`);
  return { order: (await number.innerText()).trim(), total };
}

/** The order of the shopper as the merchant sees it, logged in. */
export async function seeInAdmin(steps, { url, order: number, total }) {
  await steps.run("order in the admin", async (page) => {
    await open(page, new URL("/app/orders", url).href);
    const row = page.getByRole("row").filter({ hasText: new RegExp(`#${number}(?!\\d)`) });
    await row.waitFor();
    const shown = (await row.innerText()).replace(/\s+/g, " ");
    assert(shown.includes(amountOf(total)), `Order ${number} is listed without ${total}: ${shown}`);
    await row.click();
    await page
      .getByRole("heading", { name: new RegExp(`#${number}(?!\\d)`) })
      .first()
      .waitFor();
    await page.getByText(shopper.email).first().waitFor();
  });
}

/** Logs in by the one-click link. */
export async function openLoginLink(steps, loginUrl) {
  await steps.run("admin log-in", async (page) => {
    await open(page, loginUrl);
    await page.waitForURL(/\/app(\/|$)/);
    assert(!/\/app\/login/.test(page.url()), "The one-click link led to the log-in form.");
  });
}

/** Logs in with user and password, for stores without a one-click link at hand. */
export async function logIn(steps, { url, user, password }) {
  await steps.run("admin log-in", async (page) => {
    await open(page, new URL("/app/login", url).href);
    await page.locator('input[name="email"]').fill(user);
    await page.locator('input[name="password"]').fill(password);
    await page.locator('button[type="submit"]').click();
    await page.waitForURL((address) => !address.pathname.startsWith("/app/login"));
  });
}
