/** The part of an address that helpers read: fits both `URL` and the read-only one of `page.url`. */
export interface PageUrl {
  readonly href: string;
  readonly pathname: string;
  readonly search: string;
  readonly searchParams: Pick<URLSearchParams, 'get' | 'has'>;
}
