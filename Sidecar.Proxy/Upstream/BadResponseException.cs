namespace Sidecar.Proxy.Upstream;

/// <summary>What the application sent is not the HTTP it must be.</summary>
/// <param name="error">How it is answered.</param>
/// <param name="reason">What is wrong with it.</param>
internal sealed class BadResponseException(ProxyError error, string reason) : Exception(reason)
{
    /// <summary>How it is answered.</summary>
    public ProxyError Error { get; } = error;
}
