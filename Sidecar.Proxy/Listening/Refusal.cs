namespace Sidecar.Proxy.Listening;

/// <summary>Why a request is refused before it is handled.</summary>
/// <param name="StatusCode">The status code it is answered with.</param>
/// <param name="Reason">What is wrong with it, for the log.</param>
public sealed record Refusal(int StatusCode, string Reason);
