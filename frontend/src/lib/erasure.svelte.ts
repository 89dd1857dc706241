import type { ErasureCertificate } from './api/schema';

/** The certificate that somebody was just given in this tab. It outlives their session, and nothing else. */
export const erasure = $state<{ certificate: ErasureCertificate | undefined }>({ certificate: undefined });
