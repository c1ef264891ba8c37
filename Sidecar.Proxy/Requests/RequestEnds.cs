namespace Sidecar.Proxy.Requests;

/// <summary>Names for <see cref="RequestEnd"/>, and the rule by which it follows from what went wrong.</summary>
internal static class RequestEnds
{
    /// <summary>The name in telemetry.</summary>
    /// <param name="end">Who ended the request.</param>
    /// <returns>One word in lower case.</returns>
    public static string Name(RequestEnd end) => end switch
    {
        RequestEnd.Client => "client",
        RequestEnd.Sidecar => "sidecar",
        _ => "upstream",
    };

    /// <summary>Who ended a request that nobody has said it of.</summary>
    /// <param name="error">What went wrong, or null.</param>
    /// <returns>The client if it left; the application if it is to blame (502) or nothing is wrong; else the sidecar, which answered in its stead.</returns>
    public static RequestEnd Of(ProxyError? error) => error?.StatusCode switch
    {
        null or 502 => RequestEnd.Upstream,
        499 => RequestEnd.Client,
        _ => RequestEnd.Sidecar,
    };
}

/// <summary>Who ended a request.</summary>
public enum RequestEnd
{
    /// <summary>The application: its response was complete, or it broke off or was unusable.</summary>
    Upstream,

    /// <summary>The client: it closed the connection before the response was complete, or closed what had been upgraded.</summary>
    Client,

    /// <summary>The sidecar: it rejected, shed, or gave up waiting.</summary>
    Sidecar,
}
