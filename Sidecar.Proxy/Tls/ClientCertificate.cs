namespace Sidecar.Proxy.Tls;

/// <summary>What the client of a connection has proved by its certificate; among the connection's features.</summary>
/// <param name="Identity">Who it is, or null when the certificate names nobody.</param>
/// <param name="Element">What the application is told of it, as an element of <see cref="ForwardedClientCertificate.Header"/>.</param>
internal sealed record ClientCertificate(string? Identity, string Element);
