namespace Aspire.Hosting.ApplicationModel;

/// <summary>How an address is shown.</summary>
/// <param name="DisplayName">What to show instead of the URL; empty for the URL itself.</param>
/// <param name="SortOrder">Higher numbers come first.</param>
public sealed record UrlDisplayPropertiesSnapshot(string DisplayName = "", int SortOrder = 0);
