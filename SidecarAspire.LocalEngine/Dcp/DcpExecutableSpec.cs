namespace Aspire.Hosting.Dcp;

/// <summary>What to run.</summary>
internal sealed record DcpExecutableSpec
{
    public required string ExecutablePath { get; init; }

    public required string WorkingDirectory { get; init; }

    public string ExecutionType { get; init; } = "Process";

    public IReadOnlyList<string> Args { get; init; } = [];

    public IReadOnlyList<DcpVariable> Env { get; init; } = [];

}
