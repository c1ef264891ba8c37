namespace Aspire.Hosting.Dcp;

/// <summary>The names of the orchestrator's API. It is internal to Aspire, so the bundle's version is pinned.</summary>
internal static class DcpApi
{
    public const string Group = "usvc-dev.developer.microsoft.com";

    public const string Version = Group + "/v1";

    public const string Root = "/apis/" + Version + "/";

    public const string ServiceProducer = "service-producer";
}
