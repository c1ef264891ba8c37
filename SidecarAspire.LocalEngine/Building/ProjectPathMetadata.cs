namespace Aspire.Hosting;

/// <summary>A project that AppHost.cs names by its path.</summary>
internal sealed record ProjectPathMetadata(string ProjectPath) : IProjectMetadata;
