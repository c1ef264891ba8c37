namespace Aspire.Hosting.ApplicationModel;

/// <summary>A file without which a resource cannot start; checked before anything is started.</summary>
internal sealed record RequiredFileAnnotation(string Path, string Kind) : IResourceAnnotation;
