import { render } from "preact";
import { fetchConfig, StoreApi } from "./api/store-api";
import { App } from "./app";
import { CartStore } from "./cart/cart-store";
import { Draft } from "./checkout/draft";
import { Observable } from "./observable";
import { Navigation } from "./shell/navigation";
import { LoadFailure } from "./shell/page";
import type { Shop } from "./shell/shop";
import { storageNamed } from "./storage";
import "./styles/tokens.css";
import "./styles/storefront.css";

const root = document.getElementById("storefront") as HTMLElement;

async function start(): Promise<void> {
  try {
    const config = await fetchConfig();
    const api = new StoreApi(config);
    const carts = new CartStore(api, config.regionId, storageNamed("localStorage"));
    const shop: Shop = {
      config,
      api,
      carts,
      draft: new Draft(storageNamed("sessionStorage")),
      navigation: new Navigation(window),
      announcement: new Observable(""),
    };
    void carts.load();
    // Another tab started, filled or ordered the cart.
    window.addEventListener("storage", ({ key }) => {
      if (key === "cart") void carts.load();
    });
    render(<App shop={shop} />, root);
  } catch (error) {
    const retry = () => {
      window.removeEventListener("online", retry);
      render(null, root);
      void start();
    };
    window.addEventListener("online", retry);
    render(
      <main>
        <LoadFailure error={error} retry={retry} />
      </main>,
      root,
    );
  }
}

void start();
