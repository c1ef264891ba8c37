namespace Aspire.Hosting.Dcp;

/// <summary>An environment variable; the value may hold expressions of the orchestrator.</summary>
internal sealed record DcpVariable(string Name, string Value);
