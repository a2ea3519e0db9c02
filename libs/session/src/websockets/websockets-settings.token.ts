/** Injects the {@link WebSocketsSettings} of the application. */
export const WEB_SOCKETS_SETTINGS = Symbol('nest-sessions:websockets-settings');
