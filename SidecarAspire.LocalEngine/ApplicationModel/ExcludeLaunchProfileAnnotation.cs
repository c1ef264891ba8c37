namespace Aspire.Hosting.ApplicationModel;

/// <summary>Says that a project starts without a launch profile.</summary>
public sealed class ExcludeLaunchProfileAnnotation : IResourceAnnotation;
