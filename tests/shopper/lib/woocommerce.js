import { amountOf, assert, open, shopper } from "./shopper.js";

/** From the list of products to the confirmation; works with the block checkout and the classic one. */
export async function order(steps, url) {
  const name = await steps.run("product list", async (page) => {
    await open(page, new URL("/shop/", url).href);
    const link = productLink(page).first();
    await link.waitFor();
    // In classic themes the link holds the price and the word "Sale!" too.
    const title = link.locator(".woocommerce-loop-product__title");
    return (await ((await title.count()) ? title : link).innerText()).trim();
  });
  await steps.run("product", async (page) => {
    await productLink(page).first().click();
    await page.getByRole("heading", { level: 1, name, exact: true }).waitFor();
  });
  await steps.run("add to cart", async (page) => {
    await page.locator('form.cart [name="add-to-cart"], form.cart button[type="submit"]').first().click();
    await page
      .locator(".woocommerce-message, .wc-block-components-notice-banner.is-success")
      .first()
      .waitFor();
  });
  await steps.run("cart", async (page) => {
    await open(page, new URL("/cart/", url).href);
    await page.getByText(name).first().waitFor();
  });
  const block = await steps.run("checkout", async (page) => {
    await page
      .getByRole("link", { name: /proceed to checkout/i })
      .first()
      .click();
    return fillCheckout(page);
  });
  return steps.run("place order", async (page) => {
    const total = block
      ? ".wc-block-components-totals-footer-item-tax-value"
      : ".order-total .woocommerce-Price-amount";
    const expected = (await page.locator(total).first().innerText()).trim();
    const button = block
      ? page.locator(".wc-block-components-checkout-place-order-button")
      : page.locator("#place_order");
    await button.click();
    await page.waitForURL(/order-received/);
    const number = /order-received\/(\d+)/.exec(page.url())?.[1];
    assert(number, "The address of the confirmation names no order.");
    await page.getByText(number).first().waitFor();
    const text = await page.locator("main, body").first().innerText();
    assert(text.includes(amountOf(expected)), `The confirmation does not show ${expected}.`);
    return { order: number, total: expected };
  });
}

function productLink(page) {
  return page.locator(
    ".product .woocommerce-LoopProduct-link, .wc-block-product .wp-block-post-title a, .product .woocommerce-loop-product__title a",
  );
}

/** Fills in whichever form there is; true for the block checkout. */
async function fillCheckout(page) {
  const block = page.locator(".wc-block-checkout__form");
  const classic = page.locator("form.woocommerce-checkout #billing_first_name");
  await block.or(classic).first().waitFor();
  if (await block.count()) {
    await fillBlockCheckout(page);
    return true;
  }
  await fillClassicCheckout(page);
  return false;
}

async function fillBlockCheckout(page) {
  await page.locator("#email").fill(shopper.email);
  // Goods that are not shipped have a billing address only.
  const kind = (await page.locator("#shipping-first_name").count()) ? "shipping" : "billing";
  const field = (name) => page.locator(`#${kind}-${name}`);
  await choose(field("country"), shopper.country);
  await field("first_name").fill(shopper.firstName);
  await field("last_name").fill(shopper.lastName);
  await field("address_1").fill(shopper.street);
  await field("city").fill(shopper.city);
  await choose(field("state"), shopper.state);
  await field("postcode").fill(shopper.postalCode);
  await field("postcode").blur();
  const cash = page.locator('input[type="radio"][value="cod"]');
  await cash.waitFor({ state: "attached" });
  if (!(await cash.isChecked())) await cash.check({ force: true });
  // The total follows the address.
  await page.waitForLoadState("networkidle");
  await page.locator(".wc-block-components-checkout-place-order-button:not([disabled])").waitFor();
}

async function fillClassicCheckout(page) {
  const field = (name) => page.locator(`#billing_${name}`);
  const texts = {
    first_name: shopper.firstName,
    last_name: shopper.lastName,
    address_1: shopper.street,
    city: shopper.city,
    postcode: shopper.postalCode,
    phone: shopper.phone,
    email: shopper.email,
  };
  await choose(field("country"), shopper.country);
  await choose(field("state"), shopper.state);
  for (const [name, text] of Object.entries(texts))
    if (await field(name).count()) await field(name).fill(text);
  await page.locator("body").click({ position: { x: 1, y: 1 } });
  await page.waitForLoadState("networkidle");
  await page.locator("#payment_method_cod").check({ force: true });
  await page.locator(".blockUI.blockOverlay").first().waitFor({ state: "detached" });
}

/** A list where the theme or a script hides it still takes the value; a text field takes it as text. */
async function choose(field, value) {
  if (!(await field.count())) return;
  const tag = await field.first().evaluate((element) => element.tagName);
  if (tag === "SELECT") await field.first().selectOption(value, { force: true });
  else if (!(await field.first().inputValue())) await field.first().fill(value);
}

/** The order of the shopper as the merchant sees it, logged in. */
export async function seeInAdmin(steps, { url, order: number, total }) {
  await steps.run("order in the admin", async (page) => {
    await open(page, new URL("/wp-admin/admin.php?page=wc-orders", url).href);
    const row = page
      .locator("tr")
      .filter({ has: page.locator("a.order-view", { hasText: new RegExp(`#${number}(?!\\d)`) }) });
    await row.waitFor();
    const shown = (await row.innerText()).replace(/\s+/g, " ");
    assert(shown.includes(amountOf(total)), `Order ${number} is listed without ${total}: ${shown}`);
    await row.locator("a.order-view").click();
    await page
      .getByRole("heading", { name: new RegExp(`#${number}(?!\\d)`) })
      .first()
      .waitFor();
  });
}

/** Logs in by the one-click link. */
export async function openLoginLink(steps, loginUrl) {
  await steps.run("admin log-in", async (page) => {
    await open(page, loginUrl);
    await page.waitForURL(/\/wp-admin\//);
    assert(!/wp-login/.test(page.url()), "The one-click link led to the log-in form.");
  });
}

/** Logs in with user and password, for stores without a one-click link at hand. */
export async function logIn(steps, { url, user, password }) {
  await steps.run("admin log-in", async (page) => {
    await open(page, new URL("/wp-login.php", url).href);
    await page.locator("#user_login").fill(user);
    await page.locator("#user_pass").fill(password);
    await page.locator("#wp-submit").click();
    await page.waitForURL(/\/wp-admin\//);
  });
}
