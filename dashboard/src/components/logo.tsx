import classes from "./logo.module.css";

export function Logo() {
  return (
    <span className={classes.logo}>
      <svg viewBox="0 0 32 32" width="26" height="26" aria-hidden="true">
        <rect width="32" height="32" rx="8" className={classes.tile} />
        <path d="M7 9h7v5H7zM18 9h7v5h-7z" className={classes.mark} />
        <path d="M5 18h22l-3 6H8z" className={classes.mark} />
      </svg>
      Storefleet
    </span>
  );
}
