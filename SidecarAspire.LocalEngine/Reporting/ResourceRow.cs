namespace Aspire.Hosting.Reporting;

/// <summary>A resource as the console shows it.</summary>
internal sealed record ResourceRow(string Name, string State, string Addresses);
