namespace Sidecar.Proxy.Requests;

/// <summary>What of a request goes on otherwise than it came, and what of its response comes back otherwise.</summary>
/// <param name="Path">The path, or null for the client's.</param>
/// <param name="Host">The Host header, or null for the usual one.</param>
/// <param name="Request">What is changed about the request's headers, or null.</param>
/// <param name="Response">What is changed about the response's headers, or null.</param>
internal sealed record HeadEdits(string? Path, string? Host, HeaderEdits? Request, HeaderEdits? Response);
