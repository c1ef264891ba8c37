namespace Aspire.Hosting.ApplicationModel;

/// <summary>Says which setting an endpoint's port comes from.</summary>
internal sealed record EndpointSettingAnnotation(string EndpointName, string Setting) : IResourceAnnotation;
