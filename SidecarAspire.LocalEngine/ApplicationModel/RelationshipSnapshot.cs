namespace Aspire.Hosting.ApplicationModel;

/// <summary>How a resource relates to another.</summary>
/// <param name="ResourceName">The other resource.</param>
/// <param name="Type"><c>Parent</c>, <c>Reference</c>, <c>WaitFor</c> or any other word.</param>
public sealed record RelationshipSnapshot(string ResourceName, string Type);
