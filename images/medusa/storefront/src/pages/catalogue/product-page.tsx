import { useEffect, useState } from "preact/hooks";
import { AllProducts, LoadFailure, Loading, Notice, usePageTitle } from "../../components/page";
import { Picture } from "../../components/picture";
import {
  type Choice,
  type Choices,
  choicesOf,
  preferredVariant,
  valuesOf,
  variantFor,
} from "../../domain/choices";
import { useShop } from "../../domain/shop";
import { isBuyable, isInStock, isPriced, priceRange } from "../../domain/stock";
import { ApiError, explain } from "../../lib/api/errors";
import type { Product, Variant } from "../../lib/api/types";
import { useLoad } from "../../lib/use-load";
import { Price } from "./price";

const fewLeft = 5;

export function ProductPage({ handle }: { handle: string }) {
  const { api } = useShop();
  const loaded = useLoad(`product ${handle}`, () => api.product(handle));
  const product = loaded.name === "ready" ? loaded.value : undefined;
  usePageTitle(product?.title, product?.description);

  if (loaded.name === "ready") return <ProductDetails key={loaded.value.id} product={loaded.value} />;
  if (loaded.name === "loading") return <ProductSkeleton />;
  if (loaded.error instanceof ApiError && loaded.error.failure === "missing") return <MissingProduct />;
  return <LoadFailure {...loaded} />;
}

function MissingProduct() {
  usePageTitle("Product not found");
  return (
    <Notice heading="Product not found" text="This product does not exist or is no longer sold.">
      <AllProducts />
    </Notice>
  );
}

function ProductDetails({ product }: { product: Product }) {
  const [choices, setChoices] = useState<Choices>(() => {
    const variant = preferredVariant(product);
    return variant ? valuesOf(variant) : {};
  });
  const variant = variantFor(product, choices);
  return (
    <article class="product">
      <Pictures product={product} />
      <div class="product-details">
        <p>
          <a class="back-link" href="/">
            All products
          </a>
        </p>
        <h1>{product.title}</h1>
        {product.subtitle && <p class="quiet">{product.subtitle}</p>}
        <p class="product-price" aria-live="polite">
          <VariantPrice product={product} variant={variant} />
        </p>
        <BuyForm
          product={product}
          variant={variant}
          choices={choices}
          choose={(optionId, value) => setChoices({ ...choices, [optionId]: value })}
        />
        {product.description && <p class="description">{product.description}</p>}
      </div>
    </article>
  );
}

/** The price of what is chosen, or where that is nothing the price from which on there is something. */
function VariantPrice({ product, variant }: { product: Product; variant: Variant | undefined }) {
  if (variant?.calculated_price && isPriced(variant)) return <Price price={variant.calculated_price} />;
  const range = variant ? undefined : priceRange(product);
  return range ? <Price price={range.lowest} from={range.varies} /> : <span class="quiet">Not for sale</span>;
}

function Pictures({ product }: { product: Product }) {
  const [first = product.thumbnail, ...others] = (product.images ?? []).map((image) => image.url);
  return (
    <div class="pictures">
      <Picture url={first} text={product.title} first />
      {others.map((url, index) => (
        <Picture key={url} url={url} text={`${product.title}, picture ${index + 2}`} />
      ))}
    </div>
  );
}

type Adding = { name: "idle" } | { name: "adding" } | { name: "added" } | { name: "failed"; error: unknown };

function BuyForm(props: {
  product: Product;
  variant: Variant | undefined;
  choices: Choices;
  choose: (optionId: string, value: string) => void;
}) {
  const { product, variant } = props;
  const { carts, announcement } = useShop();
  const [adding, setAdding] = useState<Adding>({ name: "idle" });
  // Another choice ends what was said about the last
  useEffect(() => setAdding({ name: "idle" }), [variant?.id]);

  const buyable = variant !== undefined && isBuyable(variant);
  const add = async (event: Event) => {
    event.preventDefault();
    if (!buyable || adding.name === "adding") return;
    setAdding({ name: "adding" });
    try {
      await carts.add(variant.id, 1);
      setAdding({ name: "added" });
      announcement.value = `${product.title} was added to the cart.`;
    } catch (error) {
      setAdding({ name: "failed", error });
    }
  };

  return (
    <form class="buy" onSubmit={add}>
      {choicesOf(product).map((choice) => (
        <ChoiceField key={choice.id} choice={choice} {...props} />
      ))}
      <Stock variant={variant} />
      <button
        type="submit"
        class="button button-wide"
        disabled={!buyable}
        aria-disabled={adding.name === "adding"}
      >
        {buyLabel(variant, adding)}
      </button>
      {adding.name === "added" && (
        <p class="message message-good">
          Added to your cart. <a href="/cart">Go to the cart</a>
        </p>
      )}
      {adding.name === "failed" && (
        <p class="message message-bad" role="alert">
          {explain(adding.error)}
        </p>
      )}
    </form>
  );
}

function buyLabel(variant: Variant | undefined, adding: Adding): string {
  if (!variant || !isPriced(variant)) return "Not available";
  if (!isInStock(variant)) return "Sold out";
  return adding.name === "adding" ? "Adding…" : "Add to cart";
}

function ChoiceField(props: {
  choice: Choice;
  product: Product;
  choices: Choices;
  choose: (optionId: string, value: string) => void;
}) {
  const { choice, product, choices, choose } = props;
  return (
    <fieldset class="choice">
      <legend>{choice.title}</legend>
      {choice.values.map((value) => {
        const variant = variantFor(product, { ...choices, [choice.id]: value });
        const buyable = variant !== undefined && isBuyable(variant);
        return (
          <label key={value} class={buyable ? "chip" : "chip chip-unavailable"}>
            <input
              type="radio"
              name={choice.id}
              checked={choices[choice.id] === value}
              onChange={() => choose(choice.id, value)}
            />
            <span>
              {value}
              {!buyable && <span class="visually-hidden"> (not available)</span>}
            </span>
          </label>
        );
      })}
    </fieldset>
  );
}

function Stock({ variant }: { variant: Variant | undefined }) {
  if (!variant) return <p class="quiet">This combination does not exist. Choose another one.</p>;
  const left = variant.inventory_quantity ?? 0;
  const counted = variant.manage_inventory && !variant.allow_backorder;
  if (!counted || left <= 0 || left > fewLeft) return null;
  return <p class="quiet">Only {left} left</p>;
}

function ProductSkeleton() {
  return (
    <Loading>
      <div class="product">
        <div class="pictures">
          <span class="picture bone" />
        </div>
        <div class="product-details">
          <span class="bone bone-line bone-short" />
          <span class="bone bone-heading" />
          <span class="bone bone-line bone-short" />
          <span class="bone bone-button" />
          <span class="bone bone-line" />
          <span class="bone bone-line" />
        </div>
      </div>
    </Loading>
  );
}
