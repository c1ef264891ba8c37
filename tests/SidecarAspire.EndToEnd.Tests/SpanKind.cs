namespace SidecarAspire.EndToEnd.Tests;

/// <summary>OTLP's span kinds, by its numbers.</summary>
public enum SpanKind
{
    /// <summary>Not said.</summary>
    Unspecified,

    /// <summary>Within a program.</summary>
    Internal,

    /// <summary>A request received.</summary>
    Server,

    /// <summary>A request sent.</summary>
    Client,
}
