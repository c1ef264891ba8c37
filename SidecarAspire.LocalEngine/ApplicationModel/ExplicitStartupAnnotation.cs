namespace Aspire.Hosting.ApplicationModel;

/// <summary>Keeps a resource from starting until somebody starts it.</summary>
public sealed class ExplicitStartupAnnotation : IResourceAnnotation;
