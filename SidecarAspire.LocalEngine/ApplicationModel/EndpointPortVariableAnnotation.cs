namespace Aspire.Hosting.ApplicationModel;

/// <summary>Says that a variable tells the resource the port of an endpoint.</summary>
internal sealed record EndpointPortVariableAnnotation(string EndpointName) : IResourceAnnotation;
