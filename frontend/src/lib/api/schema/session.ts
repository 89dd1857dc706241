import type { Role } from './topic';

export interface DemoLink {
  label: string;
  role: Role;
  code: string;
  href: string;
}

export interface Session {
  signed_in: boolean;
  /** Marks the person to this browser: what they leave here is kept under it. */
  as?: string;
  name: string;
  roles: Role[];
  demo: boolean;
  demo_links?: DemoLink[];
  /** The ways to sign in besides codes. */
  ways?: { mail: boolean; city: boolean; city_label?: string };
}
