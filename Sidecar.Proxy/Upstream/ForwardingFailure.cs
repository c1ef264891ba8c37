namespace Sidecar.Proxy.Upstream;

/// <summary>Why a request could not be forwarded, or not to its end.</summary>
/// <param name="Error">What happened, by RFC 9209's name.</param>
/// <param name="Detail">What exactly, for the log.</param>
/// <param name="IsAppsFault">Whether the target is to blame, rather than the client or the sidecar.</param>
/// <param name="IsUnsent">Whether the target cannot have seen a byte of the request.</param>
public sealed record ForwardingFailure(ProxyError Error, string? Detail, bool IsAppsFault = true, bool IsUnsent = false)
{
    /// <summary>The client is gone.</summary>
    public static ForwardingFailure ClientGone { get; } = new(ProxyError.ClientDisconnected, null, IsAppsFault: false);
}
