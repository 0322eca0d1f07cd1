// Used in one place, `lib/auth.js`; its own types say the rest.
export const allowInsecureRequests: unique symbol;
export function discoveryRequest(issuer: URL, options?: object): Promise<Response>;
export function processDiscoveryResponse(issuer: URL, response: Response): Promise<any>;
export function generateRandomCodeVerifier(): string;
export function generateRandomState(): string;
export function generateRandomNonce(): string;
export function calculatePKCECodeChallenge(verifier: string): Promise<string>;
export function None(): any;
export function validateAuthResponse(as: any, client: any, parameters: URL, state: string): URLSearchParams;
export function authorizationCodeGrantRequest(as: any, client: any, auth: any, parameters: URLSearchParams, redirectUri: string, verifier: string, options?: object): Promise<Response>;
export function processAuthorizationCodeResponse(as: any, client: any, response: Response, options?: object): Promise<any>;
export function refreshTokenGrantRequest(as: any, client: any, auth: any, token: string, options?: object): Promise<Response>;
export function processRefreshTokenResponse(as: any, client: any, response: Response): Promise<any>;
