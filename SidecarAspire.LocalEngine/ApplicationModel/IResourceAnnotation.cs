namespace Aspire.Hosting.ApplicationModel;

/// <summary>Marks a type as something that can be said about a resource.</summary>
public interface IResourceAnnotation;
