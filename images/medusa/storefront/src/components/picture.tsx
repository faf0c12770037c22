/** A product's picture in a frame of fixed proportions, or the frame alone where there is no picture. */
export function Picture(props: { url: string | null | undefined; text: string; first?: boolean }) {
  return (
    <span class="picture">
      {props.url ? (
        <img
          src={props.url}
          alt={props.text}
          width="600"
          height="600"
          loading={props.first ? "eager" : "lazy"}
          fetchpriority={props.first ? "high" : "auto"}
          decoding="async"
          onError={(event) => {
            event.currentTarget.hidden = true;
          }}
        />
      ) : (
        <svg viewBox="0 0 24 24" aria-hidden="true">
          <path d="M4 6h16v12H4z M4 15l4.500-4 4 3.500 3-2.500 4.500 4 M15.500 9.500h.01" />
        </svg>
      )}
    </span>
  );
}
