namespace Sidecar.Proxy.Tests.Resilience.Retries;

/// <summary>Retries as most tests want them.</summary>
internal static class Retrying
{
    /// <summary>Without the pauses, which would only have to be waited for.</summary>
    public const string AtOnce = "Sidecar:Resilience:Retry:BaseDelay=0ms";
}
