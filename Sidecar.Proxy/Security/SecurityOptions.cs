namespace Sidecar.Proxy.Security;

/// <summary>Who is asking, and who may.</summary>
public sealed record SecurityOptions
{
    /// <summary>Who may use the application. Default: everybody; once it is configured, whoever it does not let in is refused.</summary>
    public AccessOptions? Access { get; init; }
}
