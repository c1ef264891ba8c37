namespace Aspire.Hosting.Dcp;

/// <summary>A program that the orchestrator runs.</summary>
internal sealed record DcpExecutable
{
    public string ApiVersion { get; init; } = DcpApi.Version;

    public string Kind { get; init; } = "Executable";

    public required DcpMetadata Metadata { get; init; }

    public required DcpExecutableSpec Spec { get; init; }

    public DcpExecutableStatus? Status { get; init; }
}
