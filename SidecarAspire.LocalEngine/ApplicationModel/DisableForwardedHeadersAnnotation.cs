namespace Aspire.Hosting.ApplicationModel;

/// <summary>Keeps a published project from being told to trust <c>X-Forwarded-*</c> of whoever sends it.</summary>
public sealed class DisableForwardedHeadersAnnotation : IResourceAnnotation;
