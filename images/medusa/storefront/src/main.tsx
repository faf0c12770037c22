import { render } from "preact";
import { App } from "./app/app";
import { LoadFailure } from "./components/page";
import { CartStore } from "./domain/cart-store";
import { Draft } from "./domain/draft";
import { Navigation } from "./domain/navigation";
import type { Shop } from "./domain/shop";
import { fetchConfig, StoreApi } from "./lib/api/store-api";
import { Observable } from "./lib/observable";
import { storageNamed } from "./lib/storage";
import "./app/styles/all";

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
