// The JSON that the page reads and sends. Each type is the Rust type of the same name; tests/contract.rs holds them together.

declare global {
  interface Window {
    __TAURI__: any;
  }
}

export interface Problem {
  code: string;
  /** What a program can do about it. */
  kind?: ProblemKind;
  message: string;
  hint: string | null;
  field: string | null;
  /** All that it may be about; `field` is the first. */
  fields: string[];
  /** What is wrong in other fields of the same form. */
  others: Problem[];
}

export type ProblemKind = "input" | "authorization" | "unreachable" | "keychain" | "data" | "interfaceOff" | "other";

export interface About {
  version: string;
  system: string;
  practice: boolean;
  simulatorUrl: string | null;
  dataFolder: string;
  logFolder: string;
  /** The file that holds the master key; nothing where that is the system’s keychain. */
  keyFile: string | null;
  redirectUris: string[];
  /** Belongs to the window; a program without it does not send it. */
  canEndPractice?: boolean;
}

export interface Settings {
  interfaceToDropbox: boolean;
  reportOutputRoot: string | null;
  redirectHost: "127.0.0.1" | "localhost";
  redirectPorts: number[];
  connectTimeoutSeconds: number;
  idleTimeoutSeconds: number;
  historyRetentionDays: number;
  proxy: ProxyMode;
  proxyAddress: string | null;
  proxyUser: string | null;
  /** What is sent here changes nothing. */
  proxyPasswordStored: boolean;
  /** What follows belongs to the window; a program without it does not send it. */
  language?: "system" | "en" | "de" | "es";
  /** Nothing where the system does not say. */
  startAtLogin?: boolean | null;
  notifications?: boolean;
  closeToTray?: boolean;
}

export type ProxyMode = "system" | "none" | "manual";

/** How a proxy stood the test: Dropbox answers. */
export interface ProxyTest {
  proxy: string;
}

export interface Account {
  accountId: string;
  displayName: string;
  email: string;
}

export interface AppInUse {
  appKey: string;
  operators: number;
}

export interface Authorization {
  account: Account;
  scopes: string[];
  authorizedAt: number;
  revoked: boolean;
}

export type Place = "thisComputer" | "usersComputer";
export type RequestPhase = "awaitingCode" | "exchanging" | "granted" | "failed";

/** Why an account has to be confirmed: `account_differs` or `account_taken`. */
export interface Warning {
  problem: Problem;
  confirms: string[];
}

export interface Confirmed {
  account: string | null;
  sharedWith: string[];
}

export interface AuthorizationRequest {
  url: string;
  place: Place;
  redirectUri: string | null;
  createdAt: number;
  expiresAt: number;
  phase: RequestPhase;
  codeReceived: boolean;
  account: Account | null;
  scopes: string[];
  warnings: Warning[];
  problem: Problem | null;
  advice: Problem | null;
}

export type AuthorizationStatus = "notAuthorized" | "awaitingCode" | "awaitingSave" | "authorized" | "authorizeAgain";

export type ConflictRule = "keepBoth" | "replace" | "stop";

export interface Operator {
  id: string;
  name: string;
  email: string | null;
  active: boolean;
  destination: string;
  conflictRule: ConflictRule;
  status: AuthorizationStatus;
  /** Dropbox has ended its authorization, its request has failed, or its last delivery has. */
  needsAttention: boolean;
  appKey: string | null;
  appSecretStored: boolean;
  lastDeliveredAt: number | null;
  authorization: Authorization | null;
  request: AuthorizationRequest | null;
}

export type RemovedOperator = Operator & { removedAt: number };

export interface OperatorFields {
  name: string;
  email: string | null;
  active: boolean;
  destination: string;
  conflictRule: ConflictRule;
}

export type Origin = "test" | "send";
export type DeliveryState = "queued" | "uploading" | "delivered" | "needsAttention" | "cancelled" | "dismissed";

export interface Delivery {
  id: number;
  operatorId: string;
  origin: Origin;
  fileName: string;
  sizeBytes: number;
  bytesSent: number;
  state: DeliveryState;
  dropboxPath: string | null;
  renamedFrom: string | null;
  contentHash: string | null;
  createdAt: number;
  finishedAt: number | null;
  problem: Problem | null;
  supersededBy: number | null;
}

export interface LocalCopy {
  kind: "notInstalled" | "notSeen" | "seen";
  path?: string;
}

export interface Activity {
  id: number;
  at: number;
  actor: string;
  action: string;
  operatorId: string | null;
  detail: string | null;
}

export interface Check {
  name: string;
  detail: string | null;
  problem: Problem | null;
}

export interface Diagnostics {
  files: DiagnosticsFile[];
  leftOut: string[];
  notSearched: Problem | null;
}

/** A bundle that was saved. */
export interface ExportedDiagnostics {
  path: string;
  leftOut: string[];
  notSearched: Problem | null;
}

export interface DiagnosticsFile {
  name: string;
  text: string;
}

export interface ImportedRow {
  line: number;
  id: string;
  name: string;
  problem: Problem | null;
}

export interface Import {
  added: number;
  refused: number;
  unknownColumns: string[];
  rows: ImportedRow[];
}

export type DeliveryEvent = { kind: "delivery"; operatorId: string; deliveryId: number; bytesSent: number; sizeBytes: number; state: DeliveryState };

export type GeneralEvent =
  /** Another program may have changed anything, or events were missed. */
  | { kind: "everything" }
  | { kind: "settings" }
  | { kind: "operators" };

export type Event =
  | GeneralEvent
  /** Only the activity has a new row; whatever it is about has an event of its own. */
  | { kind: "activity" }
  | { kind: "operator"; operatorId: string }
  | { kind: "authorization"; operatorId: string }
  | DeliveryEvent;

/** One view: it fills the root that it is given, and hears what changed. */
export interface View {
  build(root: HTMLElement): Promise<void>;
  /** It stands in the page now. */
  shown?(): void;
  changed?(event: Event): void | Promise<void>;
  close?(): void;
  /** Whose record it shows. */
  operatorId?: string | null;
  /** Where Ctrl+F goes. */
  search?(): HTMLElement | null;
}
