namespace Sidecar.Proxy.Security.Access;

/// <summary>Among the features of a request of which no authorization service is asked.</summary>
internal sealed class ExternalExemption
{
    /// <summary>The one there is.</summary>
    public static ExternalExemption Instance { get; } = new();
}
