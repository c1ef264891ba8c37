namespace Sidecar.Proxy.Http1;

/// <summary>Why a request is not served.</summary>
/// <param name="StatusCode">What the client gets.</param>
/// <param name="Reason">What exactly is wrong, for the log.</param>
internal sealed record Rejection(int StatusCode, string Reason)
{
    /// <summary>The request is not HTTP as it must be.</summary>
    /// <param name="reason">What exactly is wrong.</param>
    /// <returns>400.</returns>
    public static Rejection Bad(string reason) => new(400, reason);
}
