namespace Sidecar.Proxy.Security.Access;

/// <summary>Why a request is rejected.</summary>
/// <param name="Error">What it is answered with.</param>
/// <param name="Reason">One word for it, in metrics.</param>
/// <param name="Description">A sentence for the log.</param>
/// <param name="Challenge">What the client would have to show (RFC 9110, section 11.6.1), or null.</param>
internal sealed record Denial(ProxyError Error, string Reason, string Description, string? Challenge = null)
{
    /// <summary>The address is not allowed.</summary>
    public static Denial Address { get; } = new(SecurityErrors.Forbidden, "address", "The client's address is not allowed.");

    /// <summary>The path is read in one way here and perhaps in another by the application, to which another rule would apply.</summary>
    public static Denial Path { get; } = new(SecurityErrors.Forbidden, "path_ambiguous", "The path could be read as another one, with other rules.");

    /// <summary>A header, a parameter or a cookie that decides on the rule is there more than once.</summary>
    public static Denial Field { get; } = new(SecurityErrors.Forbidden, "field_ambiguous", "A header, a parameter or a cookie that routes look at is there more than once.");

    /// <summary>The method is written in lower case, to which some applications are indifferent.</summary>
    public static Denial Method { get; } = new(SecurityErrors.Forbidden, "method_ambiguous", "The method could be read as another one, with other rules.");

    /// <summary>A header asks the application to take the request for another one.</summary>
    public static Denial Override { get; } = new(SecurityErrors.Forbidden, "override_ambiguous", "A header names another path or method than the request's.");

    /// <summary>It is known who it is, and that they may not.</summary>
    public static Denial NotAllowed { get; } = new(SecurityErrors.Forbidden, "not_allowed", "The caller is not among those who may.");
}
