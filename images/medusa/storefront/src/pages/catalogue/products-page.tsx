import { LoadFailure, Loading, Notice, usePageTitle } from "../../components/page";
import { Picture } from "../../components/picture";
import { productPath, productsPath } from "../../domain/routes";
import { useShop } from "../../domain/shop";
import { isInStock, priceRange } from "../../domain/stock";
import { productsOnPage } from "../../lib/api/store-api";
import type { Product } from "../../lib/api/types";
import { useLoad } from "../../lib/use-load";
import { Price } from "./price";

// As many as stand in the first row of a wide screen.
const firstRow = 4;

export function ProductsPage({ number }: { number: number }) {
  const { api, config } = useShop();
  const loaded = useLoad(`products ${number}`, () => api.products(number));
  usePageTitle(number > 1 ? `Products, page ${number}` : config.title);

  if (loaded.name === "failed") return <LoadFailure {...loaded} />;
  if (loaded.name === "loading") return <ProductsSkeleton />;
  const { products, count } = loaded.value;
  if (products.length === 0 && number > 1) {
    return (
      <Notice heading="Nothing on this page" text="The list of products is shorter than this.">
        <a class="button" href="/">
          To the first page
        </a>
      </Notice>
    );
  }
  if (products.length === 0) {
    return (
      <Notice
        heading="Nothing for sale yet"
        text="This shop has no products at the moment. Come back soon."
      />
    );
  }
  return (
    <>
      <div class="page-heading">
        <h1>Products</h1>
        <p class="quiet">{count === 1 ? "1 product" : `${count} products`}</p>
      </div>
      <ul class="products">
        {products.map((product, index) => (
          <li key={product.id}>
            <ProductCard product={product} first={index < firstRow} />
          </li>
        ))}
      </ul>
      <Pages number={number} last={Math.ceil(count / productsOnPage)} />
    </>
  );
}

function ProductCard({ product, first }: { product: Product; first: boolean }) {
  const range = priceRange(product);
  const soldOut = !(product.variants ?? []).some(isInStock);
  return (
    <a class="product-card" href={productPath(product.handle)}>
      <Picture url={product.thumbnail} text="" first={first} />
      <h2>{product.title}</h2>
      <p>
        {range ? <Price price={range.lowest} from={range.varies} /> : <span class="quiet">Not for sale</span>}
        {soldOut && <span class="badge">Sold out</span>}
      </p>
    </a>
  );
}

function Pages({ number, last }: { number: number; last: number }) {
  if (last <= 1) return null;
  return (
    <nav class="pages" aria-label="Pages of products">
      {number > 1 && (
        <a class="button button-quiet" href={productsPath(number - 1)} rel="prev">
          Previous
        </a>
      )}
      <span>
        Page {number} of {last}
      </span>
      {number < last && (
        <a class="button button-quiet" href={productsPath(number + 1)} rel="next">
          Next
        </a>
      )}
    </nav>
  );
}

function ProductsSkeleton() {
  return (
    <>
      <div class="page-heading">
        <h1>Products</h1>
      </div>
      <Loading>
        <div class="products">
          {Array.from({ length: 2 * firstRow }, (_, index) => (
            <div class="product-card" key={index}>
              <span class="picture bone" />
              <span class="bone bone-line" />
              <span class="bone bone-line bone-short" />
            </div>
          ))}
        </div>
      </Loading>
    </>
  );
}
