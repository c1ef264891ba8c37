namespace Aspire.Hosting.ApplicationModel;

/// <summary>An endpoint that something other than a variable or an argument needs, so that it is checked to exist.</summary>
internal sealed record EndpointUseAnnotation(EndpointReference Endpoint) : IResourceAnnotation;
