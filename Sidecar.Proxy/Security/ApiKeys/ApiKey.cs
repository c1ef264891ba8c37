namespace Sidecar.Proxy.Security.ApiKeys;

/// <summary>A key, of which only the hash is known.</summary>
/// <param name="Name">Whose it is.</param>
/// <param name="Hash">Its SHA-256.</param>
internal sealed record ApiKey(string Name, byte[] Hash);
